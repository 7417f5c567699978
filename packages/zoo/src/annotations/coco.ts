/** COCO's annotations: one JSON file a split. Boxes are x, y, width and height in pixels; ids of classes have gaps. */
import { z } from 'zod';
import { corrupt, type MarkedPicture } from './marked.js';

const Id = z.union([z.number().int(), z.string()]);

const Instances = z.object({
  images: z.array(z.object({ id: Id, file_name: z.string(), width: z.number(), height: z.number() })),
  categories: z.array(z.object({ id: Id, name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: Id,
      category_id: Id,
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      area: z.number().optional(),
      iscrowd: z.union([z.number(), z.boolean()]).default(0),
    }),
  ),
});
type Instances = z.output<typeof Instances>;

export interface CocoAnnotations {
  /** In the order of the file's categories. */
  readonly classes: readonly string[];
  /** In the order of their ids, as the evaluator takes them; `id` is the file's name. */
  readonly pictures: readonly MarkedPicture[];
}

const parsed = (text: string, where: string): Instances => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(where, 'JSON', (error as Error).message);
  }
  const result = Instances.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw corrupt(where, "COCO's images, categories and annotations", `${issue!.path.join('.')}: ${issue!.message}`);
};

const compare = (a: number | string, b: number | string): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return `${a}` < `${b}` ? -1 : 1;
};

/** `where` names the file in errors. */
export const parseCoco = (text: string, where: string): CocoAnnotations => {
  const { images, categories, annotations } = parsed(text, where);
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const objects = new Map<number | string, MarkedPicture['objects'][number][]>(images.map(({ id }) => [id, []]));
  for (const [i, { image_id: image, category_id: category, bbox, area, iscrowd }] of annotations.entries()) {
    const name = names.get(category);
    const at = objects.get(image);
    if (name === undefined) throw corrupt(`${where}, annotation ${i}`, 'a category of the file', `${category}`);
    if (at === undefined) throw corrupt(`${where}, annotation ${i}`, 'a picture of the file', `${image}`);
    const [x, y, w, h] = bbox;
    const crowd = Boolean(iscrowd);
    at.push({ box: [x, y, x + w, y + h], class: name, area: area ?? null, crowd, difficult: false });
  }
  return {
    classes: categories.map(({ name }) => name),
    pictures: [...images]
      .sort((a, b) => compare(a.id, b.id))
      .map(({ id, file_name: name, width, height }) => ({ id: name, width, height, objects: objects.get(id)! })),
  };
};
