"""What the API says and accepts, by aggregate."""
