"""Word processors, spreadsheets and slides: Microsoft's, OpenDocument, RTF."""
