"""Files from other systems: read, checked row by row, counted.  All of a file or nothing; the rows are not kept."""
