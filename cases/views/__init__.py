"""The desk's pages: metadata in HTML; what is sealed is opened and put in place by the browser."""
