"""The published figures of a judged inbox, worked out once; the national workbook and the 参阅文件 draw them."""
