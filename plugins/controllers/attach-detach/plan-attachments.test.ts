import { describe, expect, it } from 'vitest';
import { attachmentName, uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import {
  MAX_UNMOUNT_MS,
  planAttachments,
  type AttachableVolume,
  type Attachment,
  type AttachmentsInput,
} from './plan-attachments.ts';

const disk: AttachableVolume = { name: 'pv', driver: 'd', handle: 'h', isShared: false };
const share: AttachableVolume = { ...disk, name: 'share', handle: 's', isShared: true };
const HERE = attachmentName(disk, 'here');
const UNIQUE = uniqueVolumeName(disk);

const attachment = (more: Partial<Attachment> = {}, volume = disk): Attachment => ({
  name: attachmentName(volume, more.node ?? 'here'),
  node: 'here',
  volumeName: volume.name,
  volume,
  isAttached: true,
  isGoing: false,
  failure: undefined,
  ...more,
});
const node = { name: 'here', volumesInUse: [], volumesAttached: [], isReady: true, isOutOfService: false };
const plan = (more: Partial<AttachmentsInput>) =>
  planAttachments({ node, wanted: [], attachments: [], elsewhere: [], idleMs: () => 0, ...more });
const nothing = plan({});

it('names attachments as upstream does', () => {
  // sha256 of 'hdhere'
  expect(HERE).toBe('csi-83965e81216ed72f59c47598a9eab7e339754b1d7de2ec97a9c0db1341db6837');
});

describe('attachments of a node', () => {
  it.each<[string, Partial<AttachmentsInput>, Partial<ReturnType<typeof plan>>]>([
    ['a pod needs one', { wanted: [disk] }, { attach: [{ name: HERE, volume: disk }] }],
    ['it is under way', { wanted: [disk], attachments: [attachment({ isAttached: false })] }, {}],
    ['it has come', { wanted: [disk], attachments: [attachment()] }, { attached: [UNIQUE], arrived: [disk] }],
    [
      'it has been told of',
      { wanted: [disk], attachments: [attachment()], node: { ...node, volumesAttached: [UNIQUE] } },
      { attached: [UNIQUE] },
    ],
    [
      'it failed',
      { wanted: [disk], attachments: [attachment({ isAttached: false, failure: 'no' })] },
      { failed: [{ volume: disk, message: 'no' }] },
    ],
    [
      'it is going, and needed anew: it has to be gone first',
      { wanted: [disk], attachments: [attachment({ isGoing: true })] },
      {},
    ],
    ['another node has it', { wanted: [disk], elsewhere: [attachment({ node: 'there' })] }, { forbidden: [disk] }],
    [
      'another node has it, and it may',
      { wanted: [share], elsewhere: [attachment({ node: 'there' }, share)] },
      { attach: [{ name: attachmentName(share, 'here'), volume: share }] },
    ],
    ['nobody needs it', { attachments: [attachment()] }, { detach: [HERE] }],
    ['nobody needs it, nor knows its volume', { attachments: [attachment({ volume: undefined })] }, { detach: [HERE] }],
    ['nobody needs it, and it is going', { attachments: [attachment({ isGoing: true })] }, {}],
    [
      'it is mounted still',
      { attachments: [attachment()], node: { ...node, volumesInUse: [UNIQUE] } },
      { held: [{ name: HERE, leftMs: Infinity }], attached: [UNIQUE], arrived: [disk] },
    ],
    [
      'it is mounted on a node that is silent',
      { attachments: [attachment()], node: { ...node, volumesInUse: [UNIQUE], isReady: false }, idleMs: () => 1000 },
      { held: [{ name: HERE, leftMs: MAX_UNMOUNT_MS - 1000 }], attached: [UNIQUE], arrived: [disk] },
    ],
    [
      'that node was given its time',
      {
        attachments: [attachment()],
        node: { ...node, volumesInUse: [UNIQUE], isReady: false },
        idleMs: () => MAX_UNMOUNT_MS,
      },
      { detach: [HERE] },
    ],
    [
      'somebody vouches for that node',
      { attachments: [attachment()], node: { ...node, volumesInUse: [UNIQUE], isReady: false, isOutOfService: true } },
      { detach: [HERE] },
    ],
  ])('%s', (_name, given, expected) => {
    expect(plan(given)).toEqual({ ...nothing, ...expected });
  });
});
