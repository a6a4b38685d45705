"""Files that the bot makes: spreadsheets, pictures, QR codes. No Telegram."""
