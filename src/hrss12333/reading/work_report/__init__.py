"""The 工作总结: whose it is and how long."""
