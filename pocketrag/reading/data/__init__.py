"""Text for programs: tables, JSON, XML, notebooks, subtitles, calendars, contacts."""
