/** Who is told when a submission ends: addresses by webhook, people by mail. */
import { z } from 'zod';
import { WebAddress } from './text.js';

export const CreateWebhook = z.strictObject({
  url: WebAddress.describe('Is sent a POST when a submission of yours ends; it must lie on the public internet'),
});

export const Webhook = z.object({ id: z.string(), url: z.string(), createdAt: z.iso.datetime() });
export type Webhook = z.infer<typeof Webhook>;

/** The only answer that ever holds the secret. */
export const CreatedWebhook = Webhook.extend({
  secret: z.string().describe('Signs what is sent, as in Standard Webhooks: `whsec_` and the key in base64'),
});
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

export const Delivery = z.object({
  id: z.string().describe('The same at every try: `webhook-id`'),
  event: z.string().describe('`submission.done`, `submission.failed`, `submission.cancelled` or `trial`'),
  submission: z.string().nullable(),
  state: z.enum(['waiting', 'delivered', 'given-up']),
  attempts: z.number().int(),
  status: z.number().int().nullable().describe('What the address answered last'),
  error: z.string().nullable().describe('Why it was not taken'),
  createdAt: z.iso.datetime(),
  nextAt: z.iso.datetime().nullable().describe('When it is tried again'),
});
export type Delivery = z.infer<typeof Delivery>;

export const NoticeSettings = z.object({
  mailAtEnd: z.boolean().describe('A mail when a submission of yours ends'),
  mails: z.boolean().describe('Whether this server sends mail'),
  proofSent: z.boolean().describe('A link went to your address: mails begin when it is opened'),
});
export type NoticeSettings = z.infer<typeof NoticeSettings>;

export const ChangeNotices = z.strictObject({
  mailAtEnd: z.boolean(),
  proof: z.string().max(200).optional().describe('From the link that was mailed: shows that the address is yours'),
});

/** What is sent to a webhook. */
export const WebhookEvent = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookEvent = z.infer<typeof WebhookEvent>;
