import { NO_RESOURCES } from '../builder/found.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { changeObjects, resourcesAndPairs, SET_FLAGS } from './change-objects.ts';
import { containerNames, withContainers } from './pod-template.ts';

export const setImageVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  about: 'Update existing container image(s) of resources.',
  flags: SET_FLAGS,
  run: setImage,
};

async function setImage(call: Call): Promise<void> {
  const { resources, pairs } = resourcesAndPairs(call.args);
  if (resources.length === 0 && call.flags.list('filename').length === 0) {
    throw new Failure(NO_RESOURCES);
  }
  if (pairs.length === 0) throw new Failure('at least one image update is required');
  const images = pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  if (images.length > 1 && images.some(([name]) => name === '*')) {
    throw usageFailure(
      call,
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  }
  await changeObjects(call, {
    args: resources,
    operation: 'image updated',
    change({ object }) {
      let next = object;
      for (const [name, image] of images) {
        const isMeant = (each: string): boolean => name === '*' || each === name;
        if (!containerNames(object).some(isMeant))
          throw new Failure(`unable to find container named ${JSON.stringify(name)}`);
        next = withContainers(next, isMeant, container => ({ ...container, image }));
      }
      return next;
    },
  });
}
