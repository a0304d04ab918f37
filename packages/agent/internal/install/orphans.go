package install

import "fmt"

// endOrphans ends what a service has started and left behind: such a process holds its port and its program's file, and
// serves an old release beside the new one. Nothing else on the machine runs from the releases' folder.
func (i *Installer) endOrphans(r release) error {
	left, err := i.Host.Under(i.Machine.ReleasesFolder(r.name()))
	if err != nil {
		i.Log.Warn("what the service left behind can't be looked for", "service", r.name(), "error", err.Error())
		return nil
	}
	for _, process := range left {
		i.Log.Warn("ending a process that the service has left behind", "service", r.name(), "process", process.String())
		if err := i.Host.End(process); err != nil {
			return fmt.Errorf("the service has stopped, but left a process that can't be ended: %w", err)
		}
	}
	return nil
}

// whoseFault adds to a port that can't be had who has it.
func (i *Installer) whoseFault(port int, err error) error {
	if reserved := i.Host.Reserved(port); reserved != "" {
		return fmt.Errorf("port %d can't be used: Windows keeps the ports %s for itself, as Hyper-V and containers ask for (%w): declare another port, or reserve it for the service before they do", port, reserved, err)
	}
	if holder, known := i.Host.Listener(port); known {
		return fmt.Errorf("port %d can't be used: another program holds it, %s (%w): end that program or declare another port", port, holder, err)
	}
	return fmt.Errorf("port %d can't be used: another program holds it, or the address isn't this machine's (%w)", port, err)
}
