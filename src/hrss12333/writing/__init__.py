"""Everything that writes a file: the official form, the national workbook, the 参阅文件."""
