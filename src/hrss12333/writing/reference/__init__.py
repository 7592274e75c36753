"""The 参阅文件 as a Word document."""
