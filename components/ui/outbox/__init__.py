"""The Outbox screen, and what happens to a message after the click on Send: its status and its actions."""
