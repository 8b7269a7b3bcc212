package pages

import "reeve/views/components"

// marks are what stands out about an agency in a list.
func (r AgencyRow) marks() []components.BadgeArgs {
	var list []components.BadgeArgs
	if r.Closed {
		list = append(list, components.BadgeArgs{Label: "Closed", Icon: components.IconLock, Title: "Its people cannot sign in, and nothing is referred to it"})
	}
	if r.NoAdmin && !r.Closed && !r.NoPeople {
		if r.AdminInvited {
			list = append(list, components.BadgeArgs{Label: "Admin invited", Icon: components.IconClock, Title: "Its first admin has not come in yet"})
		} else {
			b := components.BadgeArgs{Label: "No admin", Icon: components.IconInfo, Title: "Nobody there can invite people: invite the first admin"}
			if r.Active != "0" || r.Open != "0" { // somebody is there, or work waits
				b.Tone, b.Icon = components.ToneWarn, components.IconWarn
			}
			list = append(list, b)
		}
	}
	if r.AskedDomains {
		list = append(list, components.BadgeArgs{Label: "Domain asked", Tone: components.ToneInfo, Icon: components.IconMail, Title: "An e-mail domain waits for the clearinghouse"})
	}
	return list
}

func (v AgencyFormView) lead() string {
	if v.Above == "" {
		return "It will stand below no other agency."
	}
	return "It will stand below " + v.Above + ", whose admins manage it too."
}

func (v AgencyMoveView) lead() string {
	if v.Agency.Above == "" {
		return "It stands below no other agency now."
	}
	return "It stands below " + v.Agency.Above + " now."
}

func (v AgencyMoveView) help() string {
	if v.MayRoot {
		return "The code stands below each name in the list of agencies. Empty: below no other."
	}
	return "The code stands below each name in the list of agencies."
}

func (v AgencyMoveView) blank() string {
	if v.MayRoot {
		return "Below no other"
	}
	return "" // it always stands below one
}
