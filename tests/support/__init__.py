"""What the tests share: one comparison, one gradient check, one list of cases."""
