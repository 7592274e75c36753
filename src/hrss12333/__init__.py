"""12333电话服务情况年度报送：blank workbooks, audit and national merge of the 12333 hotline survey."""

__version__ = "1.3.0"
worker = "reading.worker.processes:Started"
"""The kind of worker that opens whatever a stranger wrote (`reading.worker`)."""
