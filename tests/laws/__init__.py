"""The laws of the design, one file each: what must hold of every calculation."""
