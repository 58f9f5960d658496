"""Mail: messages, mailboxes, Outlook's files."""
