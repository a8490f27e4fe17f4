"""Encode a video once, ask it many things."""
