package scim

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/models/provisioning"
)

// ListGroups answers the agency's roles as groups.
func (a *API) ListGroups(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	where, err := parseFilter(c.QueryParam("filter"), groupLookups)
	if err != nil {
		return err
	}
	start, count, err := window(c, usualCount, provisioning.MostPerPage)
	if err != nil {
		return err
	}
	groups, err := a.provisioning.Groups(c.Request().Context(), actor(c), provisioning.GroupQuery{Where: where, Members: count > 0 && show.wants("members")})
	if err != nil {
		return err
	}
	total := len(groups)
	from := min(start-1, total)
	var items []resource
	for _, g := range groups[from:min(from+count, total)] {
		items = append(items, show.of(a.group(&g, show.wants("members"))))
	}
	return write(c, http.StatusOK, listOf(total, start, items))
}

// GetGroup answers one group.
func (a *API) GetGroup(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	return a.showGroup(c, c.Param("id"), show)
}

func (a *API) showGroup(c echo.Context, id string, show projection) error {
	members := show.wants("members")
	g, err := a.provisioning.Group(c.Request().Context(), actor(c), id, members)
	if err != nil {
		return err
	}
	return write(c, http.StatusOK, show.of(a.group(g, members)))
}

// ReplaceGroup takes a whole group: its members, and what the directory calls it.
func (a *API) ReplaceGroup(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	in, err := readGroup(body)
	if err != nil {
		return err
	}
	if _, err := a.provisioning.ChangeGroup(c.Request().Context(), actor(c), c.Param("id"), in); err != nil {
		return err
	}
	return a.showGroup(c, c.Param("id"), show)
}

// PatchGroup puts people into a group and takes them out. It answers nothing unless
// attributes are asked for: a large group's members are not sent back for each change.
func (a *API) PatchGroup(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	ops, err := readOperations(body)
	if err != nil {
		return err
	}
	in, err := patchGroup(ops)
	if err != nil {
		return err
	}
	if _, err := a.provisioning.ChangeGroup(c.Request().Context(), actor(c), c.Param("id"), in); err != nil {
		return err
	}
	if len(show.only) > 0 {
		return a.showGroup(c, c.Param("id"), show)
	}
	return nothing(c)
}

// NoNewGroups refuses to make a group. 403 and not 501: directories try again what
// failed with a number of the server's own.
func (a *API) NoNewGroups(echo.Context) error {
	return &fault{status: http.StatusForbidden, detail: "The groups here are the roles that people can have; none can be added. Link your group to one of those that GET /Groups lists, or give one of them your group's name."}
}

// NoLessGroups refuses to delete one.
func (a *API) NoLessGroups(echo.Context) error {
	return &fault{status: http.StatusForbidden, detail: "The groups here are the roles that people can have; none can be deleted. Take its members out instead."}
}
