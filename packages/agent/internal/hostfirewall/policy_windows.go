package hostfirewall

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/go-ole/go-ole"
	"github.com/go-ole/go-ole/oleutil"
)

// Windows is the firewall of this machine, by its own interface INetFwPolicy2. Rules are bound to the service by its
// short name: the firewall compares that with the service's SID in the process's token, so a new release in another
// folder needs no new rule, and another program on the same port stays closed.
type Windows struct{}

var _ Firewall = Windows{}

// Values of netfw.h.
const (
	directionIn    = 1          // NET_FW_RULE_DIR_IN
	actionAllow    = 1          // NET_FW_ACTION_ALLOW
	allProfiles    = 0x7fffffff // NET_FW_PROFILE2_ALL
	eachProfile    = 7          // NET_FW_PROFILE2_DOMAIN | _PRIVATE | _PUBLIC
	everybody      = "*"
	alreadyStarted = 1 // S_FALSE: COM was started on this thread before
)

var protocolNumbers = map[string]int32{"Tcp": 6, "Udp": 17}

// group is what all rules of a service have in common; leftovers are found by it.
func group(service string) string { return "windows-ha: " + service }

func ruleName(service, name string) string { return group(service) + " (" + name + ")" }

func (Windows) Rules(_ context.Context, service string) (rules []Rule, err error) {
	err = withRules(service, func(all *ole.IDispatch) error {
		found, err := owned(all, service)
		for _, rule := range found {
			if rule.intact {
				rules = append(rules, rule.Rule)
			}
		}
		return err
	})
	if err != nil && switchedOff() {
		return nil, nil
	}
	return rules, err
}

// ownedRule is a rule of a service as it is now; one that isn't intact no longer does what it was made for.
type ownedRule struct {
	Rule
	// full is its name on the machine, which somebody may have changed.
	full   string
	intact bool
}

func (Windows) Replace(_ context.Context, service string, wanted []Rule) error {
	err := withRules(service, func(all *ole.IDispatch) error {
		found, err := owned(all, service)
		if err != nil {
			return err
		}
		left := map[string]Rule{}
		for _, rule := range wanted {
			left[rule.Name] = rule
		}
		// Windows allows several rules of one name, and removes one of them at a time, nobody says which.
		copies := map[string]int{}
		for _, rule := range found {
			copies[rule.full]++
		}
		for _, rule := range found {
			want, stays := left[rule.Name]
			if stays && rule.intact && rule.equal(want) && copies[rule.full] == 1 {
				delete(left, rule.Name)
				continue
			}
			if _, err := oleutil.CallMethod(all, "Remove", rule.full); err != nil {
				return fmt.Errorf("remove %s: %w", rule.full, err)
			}
		}
		for _, rule := range wanted {
			if _, missing := left[rule.Name]; !missing {
				continue
			}
			if err := add(all, service, rule); err != nil {
				return fmt.Errorf("add %s: %w", rule.Name, err)
			}
		}
		return nil
	})
	if len(wanted) == 0 && err != nil && switchedOff() {
		return nil
	}
	return err
}

// withRules hands out all rules of the machine. COM belongs to a thread.
func withRules(service string, f func(*ole.IDispatch) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var started *ole.OleError
	if err := ole.CoInitializeEx(0, ole.COINIT_MULTITHREADED); err != nil && !(errors.As(err, &started) && started.Code() == alreadyStarted) {
		return fmt.Errorf("host firewall: COM: %w", err)
	}
	defer ole.CoUninitialize()
	if err := withDispatch("HNetCfg.FwPolicy2", func(policy *ole.IDispatch) error {
		value, err := oleutil.GetProperty(policy, "Rules")
		if err != nil {
			return err
		}
		rules := value.ToIDispatch()
		defer rules.Release()
		return f(rules)
	}); err != nil {
		return fmt.Errorf("host firewall, rules of %s: %w (the agent has to run as an administrator, and the Windows service mpssvc has to run; hostFirewall.enabled: false leaves the firewall alone)", service, err)
	}
	return nil
}

func withDispatch(program string, f func(*ole.IDispatch) error) error {
	object, err := oleutil.CreateObject(program)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	defer object.Release()
	dispatch, err := object.QueryInterface(ole.IID_IDispatch)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	defer dispatch.Release()
	return f(dispatch)
}

// owned are the rules of a service. Only their group decides: a rule whose name somebody changed is still found.
func owned(all *ole.IDispatch, service string) ([]ownedRule, error) {
	var found []ownedRule
	err := oleutil.ForEach(all, func(item *ole.VARIANT) error {
		rule := item.ToIDispatch()
		defer rule.Release()
		if text(rule, "Grouping") != group(service) {
			return nil
		}
		full := text(rule, "Name")
		name := strings.TrimSuffix(strings.TrimPrefix(full, group(service)+" ("), ")")
		port, _ := strconv.Atoi(text(rule, "LocalPorts"))
		sources := strings.Split(text(rule, "RemoteAddresses"), ",")
		read := Rule{Name: name, Protocol: protocolOf(number(rule, "Protocol")), Port: port, Sources: canonical(sources)}
		found = append(found, ownedRule{read, full, full == ruleName(service, name) && admits(rule, service)})
		return nil
	})
	return found, err
}

// admits tells whether a rule still does what it was made for.
func admits(rule *ole.IDispatch, service string) bool {
	enabled, err := oleutil.GetProperty(rule, "Enabled")
	return err == nil && enabled.Value() == true && number(rule, "Direction") == directionIn &&
		number(rule, "Action") == actionAllow && number(rule, "Profiles")&eachProfile == eachProfile &&
		text(rule, "ApplicationName") == "" && strings.EqualFold(text(rule, "ServiceName"), service)
}

func add(all *ole.IDispatch, service string, rule Rule) error {
	sources := everybody
	if len(rule.Sources) > 0 {
		sources = strings.Join(rule.Sources, ",")
	}
	return withDispatch("HNetCfg.FWRule", func(created *ole.IDispatch) error {
		// In this order: ports need the protocol first.
		for _, property := range []struct {
			name  string
			value any
		}{
			{"Name", ruleName(service, rule.Name)},
			{"Description", "Clients of the service " + service + ". Written by windows-ha-agent, which removes it with the service."},
			{"Grouping", group(service)},
			{"ServiceName", service},
			{"Protocol", protocolNumbers[rule.Protocol]},
			{"LocalPorts", strconv.Itoa(rule.Port)},
			{"RemoteAddresses", sources},
			{"Direction", int32(directionIn)},
			{"Action", int32(actionAllow)},
			{"Profiles", int32(allProfiles)},
			{"Enabled", true},
		} {
			if _, err := oleutil.PutProperty(created, property.name, property.value); err != nil {
				return fmt.Errorf("%s: %w", property.name, err)
			}
		}
		_, err := oleutil.CallMethod(all, "Add", created)
		return err
	})
}

func protocolOf(number int32) string {
	for name, known := range protocolNumbers {
		if known == number {
			return name
		}
	}
	return strconv.Itoa(int(number))
}

func text(object *ole.IDispatch, property string) string {
	value, err := oleutil.GetProperty(object, property)
	if err != nil {
		return ""
	}
	defer value.Clear()
	return value.ToString()
}

func number(object *ole.IDispatch, property string) int32 {
	value, err := oleutil.GetProperty(object, property)
	if err != nil {
		return 0
	}
	return int32(value.Val)
}
