"""Video files: what is in them, frames at given seconds, sound as one channel; streamed, in bounded memory."""
