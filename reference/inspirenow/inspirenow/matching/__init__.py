"""Who is shown to whom: `score` states the rule, `organisation` answers it quickly, `people` keeps it right."""
