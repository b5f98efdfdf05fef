"""Label search: from what a person types to skills, occupations and courses."""
