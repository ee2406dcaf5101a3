import type { SlackFile } from '../../model.ts';
import { fileAddress, type Viewpoint } from './viewpoint.ts';

/** An uploaded file: pictures are shown, anything else can be downloaded. */
export function FileCard({ file, viewpoint }: { file: SlackFile; viewpoint: Viewpoint }) {
  const address = fileAddress(viewpoint.viewer.id, file.id);
  if (file.mimetype.startsWith('image/')) {
    return (
      <figure class="picture">
        <figcaption>{file.title || file.name}</figcaption>
        <img src={address} alt={file.title || file.name} loading="lazy" />
      </figure>
    );
  }
  return (
    <a class="file" href={address} download={file.name} data-testid={`file-${file.id}`}>
      <span class="file-icon" aria-hidden="true">
        {file.name.split('.').at(-1)?.slice(0, 4).toUpperCase()}
      </span>
      <span>
        <b>{file.title || file.name}</b>
        <small>
          {file.mimetype} · {sizeInWords(file.size)}
        </small>
      </span>
    </a>
  );
}

const sizeInWords = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} bytes`
    : `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(bytes / 1024)} KB`;
