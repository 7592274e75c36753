"""The editions of the survey, a file each."""
