"""What people read: pure functions from the corps' facts to screens."""
