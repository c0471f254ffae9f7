import { definePlugin } from '../../src/kernel/plugin.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { admission, authorization } from '../apiserver/contract.ts';
import { certificateSigner } from '../auth/contract.ts';
import { approvingController } from './approving.ts';
import { cleaningController } from './cleaning.ts';
import { signerRights } from './signer-rights.ts';
import { signingController } from './signing.ts';

export default definePlugin({
  name: 'certificates',
  description:
    'certificate signing requests: who may approve and sign them, those of kubelets approved, signed, removed',
  essential: true,
  needs: { authorization, certificateSigner },
  contributes: [controllers(approvingController, cleaningController)],
  start({ needs, contribute }) {
    contribute(admission, ...signerRights(needs.authorization));
    contribute(controllers, signingController(needs.certificateSigner));
  },
});
