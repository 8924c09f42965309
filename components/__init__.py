"""LeadLex Composer: everything below the screens, one folder a concern."""
