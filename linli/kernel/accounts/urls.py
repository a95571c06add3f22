"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from linli.kernel.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("post/", views.switch_post, name="switch_post"),
    path("me/", views.profile, name="profile"),
    path("demo/", views.demo, name="demo"),
    path("demo/enter/", views.demo_enter, name="demo_enter"),
]
