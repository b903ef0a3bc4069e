"""supervisord: keeps programs running, starts them again with a growing pause, and keeps their logs."""
