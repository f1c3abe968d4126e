"""What Telegram keeps: bots, people, groups, chats, files, queues; and the clock, limits and faults it runs under."""
