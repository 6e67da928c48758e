"""Traffic kept in a file and published again, byte for byte; also the files of other loggers."""
