/**
 * What lies over the page: popovers and dialogs, by react-aria-components. Loaded when the first of them is opened (widgets.tsx), so that
 * the first load does not carry them.
 */
import type { ReactNode, RefObject } from 'react';
import { Dialog, Heading, Modal, ModalOverlay, Popover } from 'react-aria-components';

export interface PopoverOverlayProps {
  readonly label: string;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly className: string;
  readonly children: ReactNode;
}

export function PopoverOverlay({ label, trigger, onClose, className, children }: PopoverOverlayProps): ReactNode {
  return (
    <Popover
      className="popover"
      placement="bottom end"
      isOpen
      triggerRef={trigger}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog className={className} aria-label={label}>
        {children}
      </Dialog>
    </Popover>
  );
}

export interface ModalOverlayProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ModalDialogOverlay({ title, onClose, children }: ModalOverlayProps): ReactNode {
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
