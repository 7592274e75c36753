"""Editing a stranger's workbook in place: parts that need no change are copied byte for byte, so that nothing is lost
(shapes, pictures, dropdowns and stored formula values included)."""
