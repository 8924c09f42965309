"""Parts that several screens share: lists, frames, labels, styles, downloads."""
