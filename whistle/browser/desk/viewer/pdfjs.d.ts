// The half of pdf.js that comes without types.
declare module "pdfjs-dist/legacy/build/pdf.worker.mjs";
