/** The port bus: devices by port range. Unclaimed ports read all ones; writes to them are lost. */
export interface PortDevice {
  readonly first: number;
  readonly last: number;
  /** `size` is 1, 2 or 4 bytes. */
  readPort(port: number, size: number): number;
  writePort(port: number, size: number, value: number): void;
}

export class Bus {
  private readonly devices: PortDevice[] = [];

  add(device: PortDevice): void {
    this.devices.push(device);
  }

  private at(port: number): PortDevice | undefined {
    return this.devices.find((device) => port >= device.first && port <= device.last);
  }

  read(port: number, size: number): number {
    const device = this.at(port);
    const ones = size === 4 ? -1 : (1 << (size * 8)) - 1;
    return device ? device.readPort(port, size) & ones : ones;
  }
  write(port: number, size: number, value: number): void {
    this.at(port)?.writePort(port, size, size === 4 ? value : value & ((1 << (size * 8)) - 1));
  }
}
