"""Files that the bot makes: spreadsheets, Word, PDF, pictures, QR codes. No Telegram."""
