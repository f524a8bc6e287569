"""What stands on a page: the same in every viewer."""
