"""Everything drawn with QPainter: the shapes of the flags, and charts."""
