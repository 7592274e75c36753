"""The published figures of a judged inbox, worked out once: lines, totals, areas, topics, rankings, compositions, chart
plans. The national workbook and the 参阅文件 draw it, each in its own way."""
