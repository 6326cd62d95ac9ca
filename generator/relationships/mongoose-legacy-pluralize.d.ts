declare module 'mongoose-legacy-pluralize' {
  export default function pluralize(modelName: string): string;
}
