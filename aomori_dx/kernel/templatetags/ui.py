"""Japanese forms of values, for templates."""

from django import template

register = template.Library()
