"""What learners' cells find in the lesson; the exercises here need no more than Python itself."""
