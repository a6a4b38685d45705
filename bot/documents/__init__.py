"""Files that leave: spreadsheets, pictures, QR codes. No Telegram."""
