"""Places and people before the start: sign-up, waitlist, withdrawal, claims, vacancies and calls, reminders."""
