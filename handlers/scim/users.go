package scim

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/provisioning"
)

// usualCount is how many people a page has when nobody says.
const usualCount = 100

// ListUsers answers the agency's people, page by page in the order of their ids.
func (a *API) ListUsers(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	where, err := parseFilter(c.QueryParam("filter"), userLookups)
	if err != nil {
		return err
	}
	start, count, err := window(c, usualCount, provisioning.MostPerPage)
	if err != nil {
		return err
	}
	page, err := a.provisioning.Users(c.Request().Context(), actor(c), provisioning.Query{Where: where, Start: start, Count: count})
	if err != nil {
		return err
	}
	var items []resource
	for _, p := range page.People {
		items = append(items, show.of(a.user(&p)))
	}
	return write(c, http.StatusOK, listOf(page.Total, start, items))
}

// GetUser answers one person.
func (a *API) GetUser(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	p, err := a.provisioning.User(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	if tag := c.Request().Header.Get("If-None-Match"); tag != "" && tagged(tag) == p.Version {
		c.Response().Header().Set("ETag", etag(p.Version))
		return c.NoContent(http.StatusNotModified)
	}
	return a.answer(c, http.StatusOK, p, show)
}

// CreateUser makes an account.
func (a *API) CreateUser(c echo.Context) error {
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	in, err := readUser(body)
	if err != nil {
		return err
	}
	p, err := a.provisioning.Create(c.Request().Context(), actor(c), in)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, a.userURL(p.ID.String()))
	return a.answer(c, http.StatusCreated, p, show)
}

// ReplaceUser takes a whole person. What it does not say stays as it is.
func (a *API) ReplaceUser(c echo.Context) error {
	return a.changeUser(c, func(body object) (provisioning.Update, error) { return readUser(body) })
}

// PatchUser changes parts of a person.
func (a *API) PatchUser(c echo.Context) error {
	return a.changeUser(c, func(body object) (provisioning.Update, error) {
		ops, err := readOperations(body)
		if err != nil {
			return provisioning.Update{}, err
		}
		return patchUser(ops)
	})
}

func (a *API) changeUser(c echo.Context, read func(object) (provisioning.Update, error)) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	show, err := projectionOf(c)
	if err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	in, err := read(body)
	if err != nil {
		return err
	}
	p, err := a.provisioning.Update(c.Request().Context(), actor(c), id, versionOf(c.Request()), in)
	if err != nil {
		return err
	}
	return a.answer(c, http.StatusOK, p, show)
}

// DeleteUser removes an account for good.
func (a *API) DeleteUser(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := a.provisioning.Remove(c.Request().Context(), actor(c), id, versionOf(c.Request())); err != nil {
		return err
	}
	return nothing(c)
}

func (a *API) answer(c echo.Context, status int, p *provisioning.Person, show projection) error {
	c.Response().Header().Set("ETag", etag(p.Version))
	return write(c, status, show.of(a.user(p)))
}

// idOf reads a person's id from the address. What is no id is nobody's.
func idOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return uuid.Nil, models.NotFoundf("Your agency has no such person here.")
	}
	return id, nil
}
