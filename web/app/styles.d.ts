/** What a view imports for its looks. */
declare module "*.css";
