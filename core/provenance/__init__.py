"""What a picture made here says of itself: a signed manifest, a watermark, a visible label; and reading them back."""
