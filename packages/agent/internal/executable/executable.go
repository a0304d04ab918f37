// Package executable tells whether a file is a program that a platform can run as a service.
package executable

import (
	"debug/elf"
	"debug/pe"
	"fmt"
	"io"
	"os"
)

// Check returns nil when the file is a console program for the platform, else an error that says what it is instead.
func Check(path, goos, arch string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	check, known := checks[goos]
	if !known {
		return fmt.Errorf("programs of the platform %s/%s can't be checked", goos, arch)
	}
	if err := check(file, arch); err != nil {
		return fmt.Errorf("the program is not a console program for %s/%s: %w", goos, arch, err)
	}
	return nil
}

var checks = map[string]func(io.ReaderAt, string) error{"windows": checkPE, "linux": checkELF}

var peMachines = map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}

func checkPE(file io.ReaderAt, arch string) error {
	image, err := pe.NewFile(file)
	if err != nil {
		return fmt.Errorf("it has no PE header (%w)", err)
	}
	if image.Machine != peMachines[arch] {
		return fmt.Errorf("its machine type is 0x%x, wanted 0x%x", image.Machine, peMachines[arch])
	}
	if image.Characteristics&pe.IMAGE_FILE_DLL != 0 {
		return fmt.Errorf("it is a DLL")
	}
	header, ok := image.OptionalHeader.(*pe.OptionalHeader64)
	if !ok {
		return fmt.Errorf("it is a 32-bit program")
	}
	// A program built with -H windowsgui has no standard error: nobody would ever see why it failed.
	if header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_CUI {
		return fmt.Errorf("its subsystem is %d, wanted %d (console): build it without -H windowsgui", header.Subsystem, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI)
	}
	return nil
}

var elfMachines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

func checkELF(file io.ReaderAt, arch string) error {
	image, err := elf.NewFile(file)
	if err != nil {
		return fmt.Errorf("it has no ELF header (%w)", err)
	}
	if image.Machine != elfMachines[arch] {
		return fmt.Errorf("its machine type is %v, wanted %v", image.Machine, elfMachines[arch])
	}
	if image.Type != elf.ET_EXEC && image.Type != elf.ET_DYN {
		return fmt.Errorf("its type is %v, wanted an executable", image.Type)
	}
	return nil
}
