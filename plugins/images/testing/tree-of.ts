import { execFileSync } from 'node:child_process';

/** Python's, because Node neither reads extended attributes nor lists names that are no UTF-8. */
const PROGRAM = `
import os, stat, sys
root = os.fsencode(sys.argv[1])
def line(path):
    at = os.path.join(root, path)
    info = os.lstat(at)
    device = b'%d:%d' % (os.major(info.st_rdev), os.minor(info.st_rdev))
    if stat.S_ISDIR(info.st_mode):
        return path + b'/' + (b' opaque' if 'trusted.overlay.opaque' in os.listxattr(at) else b'')
    if stat.S_ISLNK(info.st_mode): return path + b' -> ' + os.readlink(at)
    if stat.S_ISFIFO(info.st_mode): return path + b' |'
    if stat.S_ISCHR(info.st_mode): return path + (b' whiteout' if info.st_rdev == 0 else b' c ' + device)
    if stat.S_ISBLK(info.st_mode): return path + b' b ' + device
    return path + b'=' + open(at, 'rb').read(64)
for folder, directories, files in os.walk(root):
    for name in directories + files:
        sys.stdout.buffer.write(line(os.path.relpath(os.path.join(folder, name), root)) + b'\\0')
`;

/** A tree in the words of `Contained`, sorted, its bytes as Latin-1; links are not followed. */
export const treeOf = (root: string): readonly string[] =>
  execFileSync('python3', ['-I', '-c', PROGRAM, root], { encoding: 'latin1' }).split('\0').slice(0, -1).sort();
