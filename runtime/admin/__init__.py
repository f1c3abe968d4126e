"""What the admin sees and steers from the chat."""
